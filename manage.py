#!/usr/bin/env python
"""Django's command line for this site."""

import os
import sys

from crm.management.entry import main

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings")
    main(sys.argv)
