"""What pages say, as plain data.

A page is a module with four things:

``PATH``        its address, e.g. ``"/reaction"``
``TITLE``       its name in the navigation and in the window's title
``CONTROLS``    keys of `dashboard.web.controls.CONTROLS` that are shown above it
``view``        a function from a `Case` (event, prices, study) to a `View`

and it joins by one line in `pages.PAGES`: the site, the command line, downloads and the report have it
then. Numbers come from ``case.study`` and its like, never from a page; `words` writes them; what they
look like is decided in `dashboard.render`.
"""
