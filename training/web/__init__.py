"""What all pages and all of the API share: rendering, forms, answers, errors, headers, static files, exports.

No feature is known here. The only place below the composition roots where HTTP numbers live.
"""
