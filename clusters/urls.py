"""Addresses of the clusters."""

from django.urls import path

from clusters.views import editing, pages

urlpatterns = [
    path("clusters/", pages.cluster_list, name="cluster-list"),
    path("clusters/new/", editing.new_cluster, name="cluster-new"),
    path("clusters/new/preview/", editing.preview, name="cluster-preview"),
    path("clusters/<str:name>/", pages.cluster_page, name="cluster"),
    path("clusters/<str:name>/rule/", editing.change_rule, name="cluster-rule"),
    path("clusters/<str:name>/why/<str:record_id>/", pages.why, name="cluster-why"),
]
