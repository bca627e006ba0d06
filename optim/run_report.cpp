// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/io/atomic_file.h>
#include <fovea/core/io/text_file.h>
#include <fovea/core/number_text.h>
#include <fovea/optim/run_report.h>

#include <filesystem>

namespace fovea {

namespace fs = std::filesystem;

ReportContent report_content_of(const std::string& path) {
  ReportContent content;
  content.title = fs::path(path).filename().string();
  if (content.title.empty()) content.title = path;
  if (!fs::is_directory(path)) return content;
  const RunFolder folder = RunFolder::at(path);
  content.history = RunHistory::read(folder);
  content.config = read_text_file(folder.config());
  content.environment = read_text_file(folder.environment());
  return content;
}

void write_report(const std::string& path, const Model& model, const ReportContent& content) {
  ReportContent dated = content;
  if (dated.written.empty()) dated.written = utc_text_now();
  write_file_atomically(path, report_html(model, dated), Sync::none);
}

void write_run_report(TrainingRun& run, const RunFolder& folder) {
  const std::string file = find_model_file(folder.path());
  Model model = load_model(file);
  ReportContent content = report_content_of(folder.path());
  content.model = fs::path(file).filename().string();
  if (BatchSource* val = run.validation_data()) {
    model.net.move_to(run.context().device());
    content.data = "the validation data";
    content.evaluation = evaluate(model, run.context(), *val, {run.options().train.batch_size});
    write_file_atomically(folder.confusion(),
                          draw_confusion(content.evaluation->confusion, model.info.classes),
                          Sync::none);
    model.net.move_to(Device::cpu());
  }
  write_report(folder.report(), model, content);
}

}  // namespace fovea
