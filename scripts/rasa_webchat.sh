#!/usr/bin/env bash
# Fetch the published rasa-webchat into FOLDER, checked by its hash: a test lets it talk to our server. Only its
# bundle is wanted; installing it would bring the 478 packages it was built with.
set -euo pipefail
version=1.0.1
sha512=Ld1zVJvTAaTrs6A5p8t70agNNrKYRyXlvqXZRgBoDvKKUXbA0jhJKECi5bdPGlaR6jsmqWtVylHS+YqIqo0x8w==
folder=$1

mkdir -p "$folder"
npm pack --silent --pack-destination "$folder" "rasa-webchat@$version" >/dev/null
archive="$folder/rasa-webchat-$version.tgz"
[ "$(openssl dgst -sha512 -binary "$archive" | base64 -w0)" = "$sha512" ] || {
  rm -f "$archive"
  echo "rasa-webchat $version is not the package it was" >&2
  exit 1
}
tar -xzf "$archive" -C "$folder" --strip-components=2 package/lib/index.js
rm "$archive"
touch "$folder/index.js"
