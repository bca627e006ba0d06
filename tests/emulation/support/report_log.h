// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cuda_emulation/report.h>

#include <mutex>
#include <string>
#include <vector>

// While it lives, the emulation's reports come here and are not printed.
class ReportLog {
 public:
  ReportLog()
      : previous_(cuda_emulation::set_report_handler([this](const cuda_emulation::Report& report) {
          const std::lock_guard<std::mutex> lock(mutex_);
          reports_.push_back(report);
        })) {}
  ~ReportLog() { cuda_emulation::set_report_handler(previous_); }
  ReportLog(const ReportLog&) = delete;
  ReportLog& operator=(const ReportLog&) = delete;

  bool empty() const { return all().empty(); }
  std::vector<cuda_emulation::Report> all() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return reports_;
  }
  // The message of the latest report, "" if there is none.
  std::string last() const {
    const auto reports = all();
    return reports.empty() ? "" : reports.back().message;
  }
  // Whether a report of this kind came.
  bool has(const std::string& kind) const {
    for (const auto& report : all())
      if (report.kind == kind) return true;
    return false;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<cuda_emulation::Report> reports_;
  cuda_emulation::ReportHandler previous_;
};
