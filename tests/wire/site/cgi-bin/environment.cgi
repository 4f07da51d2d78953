#!/bin/sh
# What a program behind the guard is told.
printf 'Content-Type: text/plain\r\nX-Site: cgi\r\n\r\n'
env
