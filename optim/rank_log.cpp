// SPDX-License-Identifier: Apache-2.0
#include "rank_log.h"

#include "metrics_log.h"

#include <fovea/core/number_text.h>

#include <algorithm>
#include <filesystem>
#include <string>

namespace fovea::detail {

RankLog::RankLog(const RunFolder& folder, const Trainer& trainer) : trainer_(trainer) {
  const bool goes_on = trainer.position().step > 0 && std::filesystem::exists(folder.ranks());
  if (trainer.ranks() == 1 && !goes_on) return;
  file_.emplace(begin_csv(folder.ranks(), "epoch,ranks,steps,bytes,seconds,exposed_seconds\n",
                          trainer.position()));
}

void RankLog::on_epoch(const EpochReport& report) {
  if (trainer_.ranks() == 1) return;
  const CommunicationTotals now = trainer_.communication();
  const double seconds = now.seconds - told_.seconds;
  const double exposed = std::min(seconds, now.exposed - told_.exposed);
  // Of GPUs they are not known.
  const std::string times =
      now.seconds > 0 ? fixed_text(seconds, 3) + "," + fixed_text(exposed, 3) : ",";
  file_->append(std::to_string(report.epoch + 1) + "," + std::to_string(trainer_.ranks()) + "," +
                std::to_string(now.steps - told_.steps) + "," +
                std::to_string(now.bytes - told_.bytes) + "," + times + "\n");
  told_ = now;
}

}  // namespace fovea::detail
