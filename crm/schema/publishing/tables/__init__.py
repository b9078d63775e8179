"""The record tables themselves: altered, waited for, measured, compared."""
