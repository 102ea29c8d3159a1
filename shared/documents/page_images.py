"""The images of a document's pages, by which a model sees a scan."""

# Limit of one document; its images have some 5 MB together.
MAX_PAGE_IMAGES = 20
