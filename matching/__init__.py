"""Matching of labourers with vacancies: a library of pure functions over arrays.

It knows no web, database, file or clock, and nothing that names a person.
"""
