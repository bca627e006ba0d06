// SPDX-License-Identifier: Apache-2.0
// The parts of a report, as markup; each is empty when it has nothing to show.
#pragma once

#include <fovea/data/class_names.h>
#include <fovea/optim/report.h>

#include <string>
#include <vector>

namespace fovea::detail {

std::string heading_section(const Model& model, const ReportContent& content);
std::string curves_section(const ReportContent& content);
std::string filters_section(const Net& net);
std::string confusion_section(const Evaluation& evaluation, const std::vector<std::string>& names);
std::string classes_section(const Evaluation& evaluation, const std::vector<std::string>& names);
std::string errors_section(const Evaluation& evaluation, const std::vector<std::string>& names);
std::string net_section(const Net& net);
std::string speed_section(const ReportContent& content);
std::string environment_section(const std::string& json);
std::string config_section(const std::string& json);

// "91.7%"; a dash for what is not a number.
std::string share_text(double share);

}  // namespace fovea::detail
