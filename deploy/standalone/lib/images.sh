# shellcheck shell=bash
images_seed_if_none() { :; }
command_image() { :; }
