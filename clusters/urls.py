"""Addresses of the clusters."""

from django.urls import path

from clusters.views import making, pages

urlpatterns = [
    path("clusters/", pages.cluster_list, name="cluster-list"),
    path("clusters/new/", making.new_cluster, name="cluster-new"),
    path("clusters/new/preview/", making.preview, name="cluster-preview"),
    path("clusters/<str:name>/", pages.cluster_page, name="cluster"),
    path("clusters/<str:name>/rule/", making.change_rule, name="cluster-rule"),
    path("clusters/<str:name>/why/<str:record_id>/", pages.why, name="cluster-why"),
]
