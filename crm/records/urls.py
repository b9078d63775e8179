from django.urls import path

from crm.records.views import choices, clusters, entities, files, incomplete, lists, pages, spellings

urlpatterns = [
    path("", entities.all_entities, name="all-entities"),
    # No acronym is a word of small letters.
    path("incomplete/<str:acronym>/", incomplete.incomplete, name="record-incomplete"),
    path("one-form/<str:acronym>/", spellings.in_one_form, name="record-one-form"),
    path("choices/<str:acronym>/<str:name>/", choices.record_choices, name="record-choices"),
    path("clusters/<str:acronym>/", clusters.to_filter_by, name="cluster-choices"),
    path("clusters/<str:acronym>/<str:record_id>/", clusters.to_switch, name="record-clusters"),
    path("<str:acronym>/", lists.record_list, name="record-list"),
    path("<str:acronym>/new/", pages.new_record, name="record-new"),
    path("<str:acronym>/<str:record_id>/", pages.record_page, name="record-page"),
    path("<str:acronym>/<str:record_id>/history/", pages.record_history, name="record-history"),
    path("<str:acronym>/<str:record_id>/history/undo/", pages.undo_change, name="record-undo"),
    path("<str:acronym>/<str:record_id>/files/<str:field>/<str:name>", files.record_file, name="record-file"),
    path("<str:acronym>/<str:record_id>/delete/", pages.delete_record, name="record-delete"),
    path("<str:acronym>/<str:record_id>/restore/", pages.restore_record, name="record-restore"),
]
