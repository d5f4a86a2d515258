"""The Streamlit snippets of seed 000, with the client of Gatepost in place of the vendor's."""

import os

import streamlit

import gatepost

# Work with creator API key
owner_api_key = os.environ.get("DATAROBOT_API_TOKEN")  # creator's Application API key (scoped)
with gatepost.client(key=owner_api_key) as client:
    ours = [project.key for project in client.projects.list()]

# Work with visitor API key
headers = streamlit.context.headers  # request headers
visitor_api_key = headers.get("x-datarobot-api-key")  # visitor's API key from request headers
with gatepost.client(key=visitor_api_key) as client:
    theirs = [project.key for project in client.projects.list()]

streamlit.text(f"The creator sees {' '.join(sorted(ours))}.")
streamlit.text(f"The visitor sees {' '.join(sorted(theirs))}.")
