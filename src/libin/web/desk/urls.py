"""Addresses of the workspace."""

from django.urls import path

from libin.web.desk.views import acts, case, conversation, day, queue

app_name = "desk"
urlpatterns = [
    path("desk/", queue.queue, name="queue"),
    path("desk/search/", queue.search, name="search"),
    path("desk/find/", queue.find, name="find"),
    path("desk/notices/", queue.notices, name="notices"),
    path("desk/day/", day.day, name="day"),
    path("desk/cases/<int:case_id>/", case.show, name="case"),
    path("desk/cases/<int:case_id>/here/", case.here, name="here"),
    path("desk/cases/<int:case_id>/write/", conversation.write, name="write"),
    path("desk/cases/<int:case_id>/draft/", conversation.draft, name="draft"),
    path("desk/cases/<int:case_id>/undo/<int:message_id>/", conversation.undo, name="undo"),
    path("desk/cases/<int:case_id>/act/<slug:code>/", acts.act, name="act"),
    path("desk/files/<slug:key>/", conversation.attachment, name="attachment"),
]
