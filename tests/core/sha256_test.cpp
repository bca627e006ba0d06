// SPDX-License-Identifier: Apache-2.0
// The examples of FIPS 180-4 (NIST, "Secure Hash Standard": example values).
#include <fovea/core/io/sha256.h>

#include <catch2/catch.hpp>

#include <string>

using fovea::Sha256;

TEST_CASE("SHA-256 gives the published digests") {
  CHECK(Sha256().hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(Sha256().update("abc").hex() ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(Sha256().update("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq").hex() ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  CHECK(Sha256().update(std::string(1'000'000, 'a')).hex() ==
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("SHA-256 does not depend on how the bytes are cut") {
  const std::string text(300, 'x');
  const std::string whole = Sha256().update(text).hex();
  for (size_t part = 1; part < text.size(); part++) {
    Sha256 hash;
    for (size_t at = 0; at < text.size(); at += part)
      hash.update(std::string_view(text).substr(at, part));
    CHECK(hash.hex() == whole);
  }
}
