# shellcheck shell=bash
command_test() { :; }
