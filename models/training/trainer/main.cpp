// SPDX-License-Identifier: GPL-3.0-or-later
// Makes a checkpoint from a recipe: the tokenizer first, then the model. Killed at any moment, it goes on from the last
// state in its folder when it is started again.
#include <ATen/Parallel.h>
#include <malloc.h>
#include <CLI/CLI.hpp>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>

#include "core/data/error.h"
#include "core/data/json.h"
#include "core/engine/device.h"
#include "core/io/atomic_file.h"
#include "models/training/trainer/trainer.h"
#include "models/training/trainer/write_checkpoint.h"

namespace {

using namespace mnemo;
namespace fs = std::filesystem;

struct Arguments {
    fs::path recipe, facts, texts, out;
    std::string dtype = "bf16";
    int threads = 0;
};

/// Progress on stderr, and one line of JSON a step in the log.
class Log
{
public:
    Log(const fs::path& file, int total) : m_file(file, std::ios::app), m_total(total) {}

    void add(int step, const StepLoss& loss)
    {
        m_file << Json{{"step", step}, {"objects", loss.objects}, {"others", loss.others}}.dump() << std::endl;
        m_objects += loss.objects;
        m_others += loss.others;
        if (++m_count < 50 && step < m_total)
            return;
        const double each = seconds() / m_count;
        std::fprintf(stderr, "step %d of %d   objects %.3f   others %.3f   %.3f s a step, %.0f s to go\n", step,
                     m_total, m_objects / m_count, m_others / m_count, each, each * (m_total - step));
        m_count = 0;
        m_objects = m_others = 0;
        m_since = std::chrono::steady_clock::now();
    }

private:
    double seconds() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - m_since).count(); }

    std::ofstream m_file;
    int m_total;
    int m_count = 0;
    double m_objects = 0, m_others = 0;
    std::chrono::steady_clock::time_point m_since = std::chrono::steady_clock::now();
};

void train(const Arguments& arguments)
{
    TrainingRecipe recipe = readRecipe(arguments.recipe);
    const FactTable facts = readFactTable(arguments.facts);
    const IoiText ioi(arguments.texts / "ioi.json");
    const TextSource source(facts, ioi, readFillerText(arguments.texts / "filler.json"), recipe.text);
    fs::create_directories(arguments.out);
    const fs::path tokenizerFile = arguments.out / "tokenizer.model", state = arguments.out / "state.safetensors";
    if (!fs::exists(tokenizerFile))
        writeFileAtomically(tokenizerFile, trainVocabulary(facts, ioi, source, recipe.vocabulary));
    const auto tokenizer = loadTokenizer(arguments.out);
    recipe.model.vocabSize = tokenizer->size();

    TextStream stream(source, *tokenizer, recipe.seed);
    Trainer trainer(recipe, stream, dtypeFromText(arguments.dtype));
    if (fs::exists(state)) {
        trainer.restore(state);
        std::fprintf(stderr, "Going on from step %d.\n", trainer.step());
    }
    Log log(arguments.out / "log.jsonl", recipe.training.steps);
    while (trainer.step() < recipe.training.steps) {
        const StepLoss loss = trainer.learn();
        log.add(trainer.step(), loss);
        if (trainer.step() % recipe.training.saveEvery != 0 && trainer.step() < recipe.training.steps)
            continue;
        trainer.save(state);
        writeCheckpoint(arguments.out, recipe.model, trainer.parameters());
    }
}

/// Tensors of a step are asked for again in the next one: their memory does not go back to the system in between, where
/// every page of it would be cleared.
void keepMemory()
{
    mallopt(M_MMAP_THRESHOLD, 1 << 30);
    mallopt(M_TRIM_THRESHOLD, 1 << 30);
}

}  // namespace

int main(int argc, char** argv)
{
    keepMemory();
    Arguments arguments;
    CLI::App app{"Trains a checkpoint from a recipe."};
    app.add_option("recipe", arguments.recipe, "JSON file, as models/training/mnemo-mamba.json")->required();
    app.add_option("--facts", arguments.facts, "folder of relations")->required();
    app.add_option("--texts", arguments.texts, "folder with ioi.json and filler.json")->required();
    app.add_option("-o,--output", arguments.out, "folder for checkpoint, state and log")->required();
    app.add_option("--dtype", arguments.dtype, "of the matrix products: f32 or bf16")->capture_default_str();
    app.add_option("--threads", arguments.threads, "0: as many as there are cores");
    CLI11_PARSE(app, argc, argv);
    if (arguments.threads > 0)
        at::set_num_threads(arguments.threads);
    try {
        train(arguments);
    } catch (const Failure& failure) {
        std::cerr << "error: " << failure.error().message << '\n' << failure.error().hint << '\n';
        return 1;
    } catch (const std::exception& error) {
        std::cerr << "error: " << error.what() << '\n';
        return 1;
    }
    return 0;
}
