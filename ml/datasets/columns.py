"""The columns of a prepared set's table: what ``prepare`` writes, training reads and an export follows."""

COLUMNS = (
    "image",  # name inside the zip shards
    "width",  # px
    "height",  # px
    "label",  # ";" joins several
    "absent",  # labels somebody looked for and did not find; every other label that is not named is unknown
    "group",  # one patient, lesion, animal or look-alike family; a split never parts it
    "group_known",  # 1: the source names the patient, lesion or animal; 0: looks are all there was to go by
    "split",  # train, val or test
    "source_split",  # the split the source came with, or empty
    "origin",  # which kind of source it was
    "modality",  # dermoscopic, clinical, camera … or empty
    "age",  # years, or empty
    "sex",  # male, female, or empty
    "site",  # where on the body, or empty
)
FACTS = ("modality", "age", "sex", "site")  # the columns an importer may fill besides labels and groups
JOINER = ";"  # between the labels of one picture


def joined(labels: tuple[str, ...]) -> str:
    """Labels as one cell; a joiner inside a label would read as two."""
    return JOINER.join(label.replace(JOINER, ",") for label in labels)
