// SPDX-License-Identifier: Apache-2.0
// What a run plans is what it takes: the paper's AlexNet at batch 32.
#include "support/sanitized.h"
#include "support/tiny_run.h"

#include <fovea/data/data_options.h>
#include <fovea/optim/trainer.h>

#include <catch2/catch.hpp>
#include <unistd.h>

#include <fstream>

namespace {

double resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  double all = 0, resident = 0;
  statm >> all >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE));
}

}  // namespace

TEST_CASE("the planned memory of the paper's AlexNet is what the process grows by") {
  if (fovea::test::kSanitized) return;  // shadow memory counts as resident
  const double before = resident_bytes();
  fovea::Config config = fovea::Config::load(FOVEA_CONFIGS "/alexnet-paper.json");
  fovea::DataOptions data;
  data.train = fovea::SyntheticOptions{.shape = {3, 227, 227}, .classes = 1000, .samples = 64};
  data.workers = 0;
  fovea::Context ctx({.threads = 2});
  fovea::Net net = fovea::Net::from_config(config.at("model"), 1);
  const auto source = fovea::make_train_source(data, 32, 1);
  fovea::Trainer trainer(net, ctx, *source, nullptr, {.batch_size = 32});
  fovea::test::Silent silent;
  trainer.run(silent);
  const double images = 32.0 * 227 * 227 * 3 * sizeof(float);  // the source's batch
  const double planned = static_cast<double>(trainer.planned_bytes()) + images;
  const double grown = resident_bytes() - before;
  CHECK(grown / planned == Approx(1).margin(0.05));
}
