// SPDX-License-Identifier: Apache-2.0
// A model, how it was made and what it does, on one page for a person.
#pragma once

#include <fovea/optim/evaluation.h>
#include <fovea/optim/run_history.h>

#include <optional>
#include <string>

namespace FOVEA_API fovea {

// What a report is made from; what is empty is left out.
struct ReportContent {
  std::string title;    // of the run
  std::string model;    // file of the model
  std::string data;     // what it was evaluated on: "validation data"
  std::string written;  // when: "2026-11-25T03:40:11Z"
  std::optional<Evaluation> evaluation;
  RunHistory history;
  std::string config;       // JSON of the run's config
  std::string environment;  // JSON as in env.json
};

// An HTML page: scores, curves, the first layer's filters, confusion matrix, a table of classes,
// the worst errors with their pictures, the net, speed, environment, config. Self-contained: no
// script, no reference to anything outside. Any text may be in names and paths.
std::string report_html(const Model& model, const ReportContent& content);

}  // namespace fovea
