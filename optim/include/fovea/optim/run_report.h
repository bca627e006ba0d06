// SPDX-License-Identifier: Apache-2.0
// The report of a run, into its folder.
#pragma once

#include <fovea/optim/report.h>
#include <fovea/optim/training_run.h>

#include <string>

namespace FOVEA_API fovea {

// Evaluates the run's best model on its validation data, when it has some, and writes report.html
// and confusion.svg. Uses the run's context and data, so not while it trains. Throws SystemError
// when a file cannot be written, DataError when the model cannot be read back.
void write_run_report(TrainingRun& run, const RunFolder& folder);

// What a run's folder knows for a report of one of its models: history, config, environment; and a
// title. `path` need not be a run's folder: then it is the title, and the rest is empty.
ReportContent report_content_of(const std::string& path);

// Writes the report of a model to `path`. Throws SystemError.
void write_report(const std::string& path, const Model& model, const ReportContent& content);

}  // namespace fovea
