"""The built-in entities CL and AD (contract §8), installed and published after every migration."""

from crm.schema.builtin.addresses import ADDRESSES
from crm.schema.builtin.customers import CUSTOMERS
from crm.schema.builtin.installing import install

__all__ = ["ADDRESSES", "CUSTOMERS", "install"]
