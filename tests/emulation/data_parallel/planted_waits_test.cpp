// SPDX-License-Identifier: Apache-2.0
// Each wait between the streams of the training is needed: without it, lazy streams give other
// weights, and the checked mode reports what is not ordered.
#include "emulation/support/report_log.h"
#include "training.h"

#include <catch2/catch.hpp>
#include <cuda_emulation/configuration.h>

#include <algorithm>
#include <exception>
#include <initializer_list>
#include <iterator>
#include <vector>

namespace {

using cuda_emulation::Streams;
using regression::Wait;
using Weights = std::vector<std::vector<float>>;

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

// Empty if the training ended in an error.
Weights train(Streams streams, int ranks, Wait omitted) {
  const StreamMode mode(streams);
  try {
    return regression::train_in_one_thread(ranks, omitted);
  } catch (const std::exception&) {
    for (int device = 0; device < ranks; device++) {
      cudaSetDevice(device);
      cudaDeviceReset();
    }
    cudaSetDevice(0);
    return {};
  }
}

// Of the given numbers of devices, those that there are.
std::vector<int> possible(std::initializer_list<int> wanted) {
  int devices = 0;
  REQUIRE(cudaGetDeviceCount(&devices) == cudaSuccess);
  std::vector<int> counts;
  std::copy_if(wanted.begin(), wanted.end(), std::back_inserter(counts),
               [=](int count) { return count <= devices; });
  return counts;
}

}  // namespace

TEST_CASE("Eager and lazy streams give the same bits") {
  const ReportLog log;
  const auto expected = train(Streams::eager, 1, Wait::None);
  REQUIRE(expected.size() == 1);
  for (const int ranks : possible({1, 2, 4}))
    for (const Streams streams : {Streams::eager, Streams::lazy})
      for (const auto& weights : train(streams, ranks, Wait::None))
        CHECK(weights == expected.front());
  CHECK(log.empty());
}

TEST_CASE("Lazy streams show every wait that is missing") {
  for (const int ranks : possible({2, 4})) {
    const Weights expected = train(Streams::lazy, ranks, Wait::None);
    for (const Wait wait : regression::kWaits) {
      INFO("without the wait " << name(wait) << " on " << ranks << " devices");
      const ReportLog log;
      CHECK(train(Streams::lazy, ranks, wait) != expected);
    }
  }
}

TEST_CASE("The checked mode reports every wait that is missing though streams are eager") {
  if (!cuda_emulation::checked()) return;
  for (const Wait wait : regression::kWaits) {
    INFO("without the wait " << name(wait));
    const ReportLog log;
    train(Streams::eager, 2, wait);
    CHECK_FALSE(log.empty());
  }
}
