// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/did_you_mean.h>

#include <catch2/catch.hpp>

#include <vector>

using namespace fovea;

TEST_CASE("slips are found, other words are not") {
  const std::vector<std::string> names{"kernel_size", "stride", "padding", "p", "lr"};
  CHECK(closest("kernel_sze", names) == "kernel_size");
  CHECK(closest("stirde", names) == "stride");
  CHECK(closest("lrx", names) == "lr");
  CHECK(closest("momentum", names).empty());
  CHECK(closest("q", names).empty());
  CHECK(closest(std::string(100'000, 'p'), names).empty());
  CHECK(did_you_mean("bogus_key_zq", names).empty());
}

TEST_CASE("a foreign name is answered with the name that exists here") {
  const std::vector<std::string> conv{"out_channels", "padding"}, linear{"out_features"};
  CHECK(foreign_name("num_output", conv) == "out_channels");
  CHECK(foreign_name("num_output", linear) == "out_features");
  CHECK(foreign_name("base_lr", conv).empty());
  CHECK(did_you_mean("pad", conv) == "; here it is called \"padding\"");
}

TEST_CASE("a word that is known elsewhere is sent there") {
  const std::vector<std::string> paths{"seed", "train.epochs", "train.optimizer.lr", "log.every",
                                       "train.lr_schedule.every"};
  CHECK(found_elsewhere("lr", paths) == "; it belongs in train.optimizer");
  CHECK(found_elsewhere("every", paths) == "; it belongs in log or train.lr_schedule");
  CHECK(found_elsewhere("base_lr", paths) == "; here it is called \"lr\", in train.optimizer");
  CHECK(found_elsewhere("random_seed", paths) == "; here it is called \"seed\"");
  CHECK(found_elsewhere("pad", paths).empty());
  CHECK(found_elsewhere("bogus_key_zq", paths).empty());
}
