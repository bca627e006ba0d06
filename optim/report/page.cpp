// SPDX-License-Identifier: Apache-2.0
#include "report/page.h"

#include "report/markup.h"

namespace fovea::detail {

namespace {

// Nothing from outside may be loaded, and no script run, whatever a class name says.
constexpr const char* kPolicy =
    R"(<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">)";

constexpr const char* kStyle = R"(<style>
:root{color-scheme:light dark;--page:#fff;--ink:#1f2328;--muted:#656d76;--line:#d8dee4;--panel:#f6f8fa;--accent:#0969da;
--bad:#bc4c00}
@media(prefers-color-scheme:dark){:root{--page:#0d1117;--ink:#e6edf3;--muted:#8d96a0;--line:#30363d;--panel:#161b22;
--accent:#58a6ff;--bad:#f0883e}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:980px;padding:32px 24px 64px;background:var(--page);color:var(--ink);
font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
h1{margin:0;font-size:28px;overflow-wrap:anywhere}
h2{margin:44px 0 14px;padding-bottom:6px;border-bottom:1px solid var(--line);font-size:19px}
p{margin:6px 0 14px;color:var(--muted);overflow-wrap:anywhere}
svg{max-width:100%;height:auto}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(128px,1fr));gap:12px;margin:18px 0}
.tile{padding:12px 16px;border-radius:8px;background:var(--panel)}
.tile b{display:block;font-size:22px;font-variant-numeric:tabular-nums}
.tile span{color:var(--muted);font-size:13px}
.scroll{overflow-x:auto}
table{width:100%;border-collapse:collapse;font-size:14px;font-variant-numeric:tabular-nums}
th,td{padding:5px 10px;border-bottom:1px solid var(--line);text-align:left;vertical-align:top;overflow-wrap:anywhere}
th{color:var(--muted);font-weight:600;white-space:nowrap}
.n{text-align:right;white-space:nowrap}
.gallery{display:grid;grid-template-columns:repeat(auto-fill,minmax(140px,1fr));gap:12px}
figure{margin:0;padding:12px 10px;border-radius:8px;background:var(--panel);text-align:center;font-size:13px;
line-height:1.4;overflow-wrap:anywhere}
figure img{width:96px;height:96px;object-fit:contain;image-rendering:pixelated;margin-bottom:6px}
figure b{color:var(--bad)}
figure small{display:block;color:var(--muted)}
.filters{max-width:100%;image-rendering:pixelated}
pre{max-height:520px;margin:0;padding:14px 16px;overflow:auto;border-radius:8px;background:var(--panel);
font:12.5px/1.45 ui-monospace,"DejaVu Sans Mono",monospace}
</style>)";

std::string row_of(const char* tag, const std::vector<std::string>& cells,
                   const std::vector<bool>& numbers) {
  std::string row;
  for (size_t i = 0; i < cells.size(); i++)
    row += element(tag, numbers[i] ? "class=\"n\"" : "", escaped(cells[i]));
  return element("tr", "", row) + "\n";
}

}  // namespace

std::string html_page(const std::string& title, const std::string& content) {
  return "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
         "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n" +
         std::string(kPolicy) + "\n" + element("title", "", escaped(title)) + "\n" + kStyle +
         "\n</head>\n<body>\n" + content + "</body>\n</html>\n";
}

std::string section(const std::string& heading, const std::string& content) {
  return element("section", "", element("h2", "", escaped(heading)) + "\n" + content) + "\n";
}

std::string paragraph(const std::string& text) { return element("p", "", escaped(text)) + "\n"; }

std::string tiles(const std::vector<Tile>& tiles) {
  std::string markup;
  for (const Tile& tile : tiles) {
    markup += element(
        "div", "class=\"tile\"",
        element("b", "", escaped(tile.figure)) + element("span", "", escaped(tile.meaning)));
  }
  return element("div", "class=\"tiles\"", markup) + "\n";
}

HtmlTable::HtmlTable(const std::vector<std::string>& headings) {
  std::vector<std::string> cells;
  for (const std::string& heading : headings) {
    numbers_.push_back(heading.starts_with('#'));
    cells.push_back(numbers_.back() ? heading.substr(1) : heading);
  }
  head_ = element("thead", "", row_of("th", cells, numbers_));
}

void HtmlTable::row(const std::vector<std::string>& cells) {
  rows_ += row_of("td", cells, numbers_);
}

std::string HtmlTable::str() const {
  return element("div", "class=\"scroll\"",
                 element("table", "", head_ + "\n" + element("tbody", "", rows_))) +
         "\n";
}

}  // namespace fovea::detail
