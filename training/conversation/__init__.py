"""Measures how follow-up questions are searched for, and fits what tells them from a change of subject."""
