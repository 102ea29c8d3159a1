"""Reasons for which an upload is refused before it begins."""

from shared.errors import AppError


class UnsupportedFile(AppError):
    code, status = "file_kind", 422
    message = (
        "This kind of file cannot be read. Save a document as PDF or in a current Office format, or unpack the archive."
    )


class EmptyFile(AppError):
    code, status = "file_unreadable", 422
    message = "This file is empty. Save it again, then upload it."


class NotAScan(AppError):
    code, status = "file_kind", 422
    message = "Only the pages of a scan can be sent as images. This file is not a scan."
