// SPDX-License-Identifier: Apache-2.0
#include "picture_log.h"

#include "report/markup.h"

#include <fovea/core/io/atomic_file.h>
#include <fovea/optim/curves.h>
#include <fovea/optim/filter_picture.h>

namespace fovea::detail {

void PictureLog::on_step(const StepReport& report) {
  const bool epoch_ends = report.batch == report.batches;
  if (report.step == report.steps && !epoch_ends) draw();
}

void PictureLog::draw() const {
  write_file_atomically(folder_.curves(), draw_curves(RunHistory::read(folder_), title_),
                        Sync::none);
  const auto filters = draw_filters(net_);
  if (filters) write_file_atomically(folder_.filters(), png_of(filters->image), Sync::none);
}

}  // namespace fovea::detail
