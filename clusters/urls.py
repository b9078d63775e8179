"""Addresses of the clusters."""

from django.urls import path

from clusters.views import changing, comparing, editing, files, history, member_lists, members, pages, pins, report, starting

urlpatterns = [
    path("clusters/", pages.cluster_list, name="cluster-list"),
    path("clusters/new/", editing.new_cluster, name="cluster-new"),
    path("clusters/new/values/", editing.field_values, name="cluster-values"),
    path("clusters/new/preview/", editing.preview, name="cluster-preview"),
    path("clusters/new/tiers/", changing.new_tiers, name="cluster-tiers"),
    path("clusters/new/templates/", starting.template_list, name="cluster-templates"),
    path("clusters/new/from-field/", starting.from_field, name="cluster-from-field"),
    path("clusters/new/members/", member_lists.choose_cluster, name="cluster-choose"),
    path("clusters/new/file/", files.cluster_file, name="cluster-file"),
    path("clusters/overlaps/", comparing.all_overlaps, name="all-overlaps"),
    path("clusters/<str:name>/", pages.cluster_page, name="cluster"),
    path("clusters/<str:name>/members/list/", member_lists.by_list, name="cluster-by-list"),
    path("clusters/<str:name>/members/", members.members, name="cluster-members"),
    path("clusters/<str:name>/settings/", changing.change_settings, name="cluster-settings"),
    path("clusters/<str:name>/profile/", comparing.profile_page, name="cluster-profile"),
    path("clusters/<str:name>/history/", history.history_page, name="cluster-history"),
    path("clusters/<str:name>/report/", report.report_page, name="cluster-report"),
    path("clusters/<str:name>/overlaps/", comparing.overlaps_page, name="cluster-overlaps"),
    path("clusters/<str:name>/pins/", pins.pins_page, name="cluster-pins"),
    path("clusters/<str:name>/used-by/", comparing.used_by_page, name="cluster-used-by"),
    path("clusters/<str:name>/copy/", starting.copy, name="cluster-copy"),
    path("clusters/<str:name>/archive/", changing.archive, name="cluster-archive"),
    path("clusters/<str:name>/restore/", changing.restore, name="cluster-restore"),
    path("clusters/<str:name>/delete/", changing.delete, name="cluster-delete"),
    path("clusters/<str:name>/rule/", editing.change_rule, name="cluster-rule"),
    path("clusters/<str:name>/why/<str:record_id>/", pages.why, name="cluster-why"),
]
