// SPDX-License-Identifier: Apache-2.0
// How `fovea prepare` says what it has done.
#pragma once

#include <fovea/data/prepare.h>

#include <cstdint>
#include <string>

namespace fovea::app {

// "1G", "500M", "64K", "1000": binary multiples. Throws ConfigError for anything else.
uint64_t parse_bytes(const std::string& text);

// Reads the statistics that are in the folder.
std::string prepared_as_text(const std::string& folder, const PrepareResult& result);
std::string prepared_as_json(const std::string& folder, const PrepareResult& result);

std::string check_as_text(const std::string& folder, const CheckResult& result);
std::string check_as_json(const std::string& folder, const CheckResult& result);

}  // namespace fovea::app
