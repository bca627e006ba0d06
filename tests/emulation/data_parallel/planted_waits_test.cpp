// SPDX-License-Identifier: Apache-2.0
// Each wait between the streams of the training is needed: without it, lazy streams give other
// weights.
#include "data_parallel/training.h"

#include <catch2/catch.hpp>
#include <cuda_emulation/configuration.h>

namespace {

using cuda_emulation::Streams;

// Runs with eager or lazy streams while it lives.
class StreamMode {
 public:
  explicit StreamMode(Streams streams) : before_(cuda_emulation::configuration()) {
    cuda_emulation::Configuration changed = before_;
    changed.streams = streams;
    cuda_emulation::configure(changed);
  }
  ~StreamMode() { cuda_emulation::configure(before_); }
  StreamMode(const StreamMode&) = delete;
  StreamMode& operator=(const StreamMode&) = delete;

 private:
  cuda_emulation::Configuration before_;
};

std::vector<std::vector<float>> train(Streams streams, int ranks, regression::Wait omitted) {
  const StreamMode mode(streams);
  return regression::train_in_one_thread(ranks, omitted);
}

}  // namespace

TEST_CASE("Eager and lazy streams give the same bits") {
  using regression::Wait;
  const auto expected = train(Streams::eager, 1, Wait::None).front();
  for (const int ranks : {1, 2, 4})
    for (const Streams streams : {Streams::eager, Streams::lazy})
      for (const auto& weights : train(streams, ranks, Wait::None)) CHECK(weights == expected);
}

TEST_CASE("Lazy streams show every wait that is missing") {
  for (const int ranks : {2, 4}) {
    const auto expected = train(Streams::lazy, ranks, regression::Wait::None);
    for (const regression::Wait wait : regression::kWaits) {
      INFO("without the wait " << name(wait) << " on " << ranks << " devices");
      CHECK(train(Streams::lazy, ranks, wait) != expected);
    }
  }
}
