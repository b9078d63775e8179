"""Addresses of the clusters."""

from django.urls import path

from clusters import views

urlpatterns = [
    path("clusters/", views.cluster_list, name="cluster-list"),
    path("clusters/new/", views.new_cluster, name="cluster-new"),
    path("clusters/<str:name>/", views.cluster_page, name="cluster"),
]
