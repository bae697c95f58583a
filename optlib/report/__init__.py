"""The HTML report: notebooks run by papermill, joined, and exported to one file that needs no network and no script.

make_report(path, out)  ->  run (papermill)  ->  join (one list of blocks)  ->  export (one template, one file)
"""
