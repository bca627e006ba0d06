// SPDX-License-Identifier: Apache-2.0
#include "picture_log.h"
#include "rank_log.h"
#include "speed_log.h"
#include "tensorboard_log.h"

#include <fovea/core/error.h>
#include <fovea/optim/observers.h>
#include <fovea/optim/run_views.h>

#include <algorithm>
#include <vector>

namespace fovea {

namespace {

class RunViews final : public TrainObserver {
 public:
  explicit RunViews(const Logger& logger) : logger_(logger) {}

  // An observer that cannot even be made is told of, and left out.
  template <class Observer, class... Args>
  void add(Args&&... args) try {
    views_.push_back(std::make_unique<TolerantObserver>(
        std::make_unique<Observer>(std::forward<Args>(args)...), logger_));
  } catch (const SystemError& error) {
    logger_.warning(std::string(error.what()) + "; training goes on");
  }

  bool needs_state(int64_t step) override {
    return std::ranges::any_of(views_, [&](const auto& view) { return view->needs_state(step); });
  }
  void on_step(const StepReport& report) override {
    for (const auto& view : views_) view->on_step(report);
  }
  void on_epoch(const EpochReport& report) override {
    for (const auto& view : views_) view->on_epoch(report);
  }

 private:
  Logger logger_;
  std::vector<std::unique_ptr<TrainObserver>> views_;
};

}  // namespace

std::unique_ptr<TrainObserver> make_run_views(TrainingRun& run, const RunFolder& folder,
                                              const SpeedMeter& speed, const Logger& logger) {
  const TrainPosition& position = run.trainer().position();
  auto views = std::make_unique<RunViews>(logger);
  views->add<detail::SpeedLog>(folder, position, speed);
  views->add<detail::RankLog>(folder, run.trainer());
  if (run.options().log.tensorboard) {
    views->add<detail::TensorBoardLog>(folder, run.net(), run.resolved_config(), position.step,
                                       speed, run.options().log);
  }
  views->add<detail::PictureLog>(folder, run.net(), run.options().name);
  return views;
}

}  // namespace fovea
