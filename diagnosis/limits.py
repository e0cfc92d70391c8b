"""The sentences of model cards about data and limits, so that they can be translated; a test holds it complete."""

from django.utils.translation import gettext_noop as _

SENTENCES = (
    _("collected from the web; labels not confirmed by a clinician; demonstration and research use only"),
    _("research use under AI Hub's terms; the photos themselves are not redistributed"),
    _("CC BY-NC 4.0: non-commercial"),
    _("CC BY 4.0"),
    _("per-image Creative Commons licences, some non-commercial"),
    _("ImageNet terms: research use"),
    _("CC0 for the challenge's training data; photos are not redistributed here"),
    _("It knows only the diseases it lists; a healthy eye is not among its answers."),
    _("Photos taken with a phone at home may differ from those it was measured on; expect lower figures."),
    _(
        "Labels say only what is present: a disease that is not named may still be there, so probabilities are "
        "relative to what veterinarians named and recall cannot be read as sensitivity."
    ),
    _("Photos were split in blocks of neighbours; how many dogs there are is not known."),
    _("Labels come from web collections and overlap (mange and demodicosis, dermatitis and hypersensitivity)."),
    _("Some classes have fewer than twenty validation photos; their figures are rough."),
    _("“Healthy” means that nothing stands out in the photo; it is no clearance."),
    _("Labels come from web collections; “healthy” photos are mostly whole cats, so the class is easier than life."),
    _("Ninety validation photos: every figure has a wide interval."),
    _("Most photos are dermoscopic; clinical phone photos of nv, df and vasc are few or none."),
    _("Source and modality follow the class in part; figures per modality differ."),
    _("Skin types V and VI are hardly represented."),
    _("Not a screening device: the operating point trades false alarms for missed melanomas, and still misses some."),
    _("Demonstration grade: 417 photos from the web, three answers only."),
    _("Glaucoma, uveitis, keratitis and diseases of the retina are not among its answers."),
    _("It knows the kinds of photo that the tasks were trained on; drawings and odd subjects may pass as one."),
    _("Close photos of dog and cat skin look alike to it."),
    _("A whole dog or cat is a stranger to it, though some of the tasks' own photos show one."),
    _("Learned from dermoscopic photos; on phone photos outlines are coarser and more often missing."),
    _("One lesion a photo: of several, the largest is outlined."),
    _("Fine notches of the border are smaller than what the network sees, so border irregularity is read low."),
    _("The epoch and the size it is served at were chosen on the same val photos: the figure is a little high."),
    _("Dark hairs across the lesion cost two points of overlap: 0.79 instead of 0.81 with hairs drawn over val."),
    _("The classifier of human_skin answers better when the lesion is cut out first; it is not done yet."),
    _("The classifier of human_skin answers worse when the lesion is cut out first; it sees whole photos."),
    _("The classifier of human_skin is no surer when the lesion is cut out first; it sees whole photos."),
    _("Asymmetry, border, colours and area describe a photo; alone they say neither harmless nor dangerous."),
    _("About a fifth of the validation photos look like mirror images of training photos: the figures flatter it."),
    _("ImageNet terms: research use; the other tasks' photos under the terms of their own cards"),
    _("MIT for the package, which does not name the origin of its weights; those of DINOv2 are under Apache 2.0"),
)
