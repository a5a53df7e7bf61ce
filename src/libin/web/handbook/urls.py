"""Addresses of the handbook's screens."""

from django.urls import path

from libin.web.handbook import book, drafts, versions

app_name = "handbook"
urlpatterns = [
    path("", book.contents, name="contents"),
    path("print/", book.whole, name="print"),
    path("search/", book.search, name="search"),
    path("chapters/<str:chapter_id>/", book.chapter, name="chapter"),
    path("rules/<str:rule_id>/", book.rule, name="rule"),
    path("versions/", versions.versions, name="versions"),
    path("versions/<int:version_id>/", versions.version, name="version"),
    path("versions/<int:version_id>/acknowledge/", versions.acknowledge, name="acknowledge"),
    path("versions/<int:version_id>/retire/", versions.retire, name="retire"),
    path("versions/<int:version_id>/draft/", drafts.begin, name="begin_draft"),
    path("drafts/<int:version_id>/", drafts.draft, name="draft"),
    path("drafts/<int:version_id>/file/", drafts.file, name="file"),
    path("drafts/<int:version_id>/publish/", drafts.publish, name="publish"),
    path("drafts/<int:version_id>/discard/", drafts.discard, name="discard"),
]
