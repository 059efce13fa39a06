"""What a person or a tool reads of a run: console, page, summary, JUnit, Allure.

Goes in: text made of results. Not in: anything that sends, or that decides how a run ends.
"""
