// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/mnemo/reproduce_output.h"

#include "app/mnemo/figure.h"
#include "app/mnemo/output.h"
#include "core/data/error.h"
#include "core/io/atomic_file.h"
#include "core/io/utf8.h"

namespace mnemo {
namespace {

bool canDraw()
{
    try {
        findWindowProgram();
        return true;
    } catch (const Failure&) {
        return false;  // an engine without a window: its numbers can be drawn elsewhere
    }
}

}  // namespace

FigureFolder::FigureFolder(std::filesystem::path folder) : m_path(std::move(folder)), m_draws(canDraw())
{
    std::error_code error;
    std::filesystem::create_directories(m_path, error);
    if (!std::filesystem::is_directory(m_path))
        throw Failure(ErrorCode::WriteFailed,
                      shown(m_path) + " is no folder and cannot be made one" +
                          (error ? ": " + error.message() + "." : std::string(".")),
                      "Choose another folder with -o.");
    checkFolder(m_path / "figure.json");
}

void FigureFolder::writeNumbers(const Result& result, const std::string& name)
{
    for (const char* extension : {".json", ".csv", ".mnemo"}) {
        writeOutput(result, file(name + extension));
        m_written.push_back(name + extension);
    }
}

void FigureFolder::draw(const Result& result, const std::string& name, const std::string& part)
{
    if (!m_draws)
        return;
    for (const char* extension : {".svg", ".png", ".pdf"}) {
        writeFigure(result, file(name + extension), part);
        m_written.push_back(name + extension);
    }
}

void FigureFolder::write(const WrittenComparison& comparison, const std::string& name)
{
    writeFileAtomically(file(name + ".json"),
                        comparison.json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n");
    writeFileAtomically(file(name + ".csv"), comparison.csv);
    m_written.insert(m_written.end(), {name + ".json", name + ".csv"});
}

}  // namespace mnemo
