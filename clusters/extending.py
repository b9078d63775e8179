"""What the CRM shows of clusters: the extension points that they fill."""

from django.utils.translation import gettext_lazy as _

from clusters import chips, command_menu, dashboard, record_clusters
from clusters.catalogue import schema_file
from clusters.history import comparing_soon
from clusters.measures import counting, explaining, refreshing
from clusters.members import origin
from crm.extensions import SiteLink, extensions

extensions.navigation[10] = SiteLink(_("Clusters"), "/clusters/", "read", "tags")
extensions.commands[10] = SiteLink(_("New cluster"), "/clusters/new/", "cluster")
extensions.cluster_fields = chips.cluster_fields
extensions.clusters = record_clusters.clusters_in_use
extensions.clusters_of = record_clusters.clusters_of
extensions.cluster_counts = record_clusters.counts_of
extensions.list_actions = chips.list_actions
extensions.dependents["clusters"] = chips.dependents_of_field
extensions.dependents_of_entity["clusters"] = chips.dependents_of_entity
extensions.after_writing["clusters"] = comparing_soon.compare_soon
extensions.origins["clusters"] = origin.origin_of_members
extensions.schema_parts["clusters"] = schema_file.PART
extensions.panels[5] = dashboard.failing_exports
extensions.panels[20] = dashboard.sizes
extensions.measures |= {"clusters": counting, "why": explaining, "refreshing": refreshing}
extensions.finders[10] = command_menu.find
