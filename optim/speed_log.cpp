// SPDX-License-Identifier: Apache-2.0
#include "speed_log.h"

#include "metrics_log.h"

#include <fovea/core/number_text.h>

namespace fovea::detail {

SpeedLog::SpeedLog(const RunFolder& folder, const TrainPosition& position, const SpeedMeter& speed)
    : speed_(speed),
      file_(begin_csv(folder.speed(), "epoch,seconds,images_per_second,data_wait\n", position)) {}

void SpeedLog::on_epoch(const EpochReport& report) {
  const SpeedMeter::Epoch& epoch = speed_.last_epoch();
  file_.append(std::to_string(report.epoch + 1) + "," + fixed_text(epoch.seconds, 3) + "," +
               fixed_text(epoch.speed.images_per_second, 1) + "," +
               fixed_text(epoch.speed.data_wait, 4) + "\n");
}

}  // namespace fovea::detail
