// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/fake_engine.h"

#include "core/data/event.h"
#include "core/jobs/framing.h"
#include "core/jobs/json_rpc.h"

#include <unistd.h>
#include <csignal>
#include <cstring>
#include <set>

using namespace mnemo;

namespace {

class FakeEngine
{
public:
    explicit FakeEngine(const char* manner) : m_manner(manner) {}

    int run()
    {
        char bytes[4096];
        FrameReader reader;
        for (ssize_t n = 0; !m_quit && (n = read(0, bytes, sizeof bytes)) > 0;)
            for (const FrameReader::Item& item : reader.feed({bytes, std::size_t(n)}))
                if (const auto* body = std::get_if<std::string>(&item))
                    answer(std::get<RpcRequest>(parseMessage(*body)));
        return 0;
    }

private:
    static void write(const std::string& body)
    {
        const std::string frame = writeFrame(body);
        for (std::size_t done = 0; done < frame.size();)
            done += std::size_t(::write(1, frame.data() + done, frame.size() - done));
    }

    static void send(JobId id, const Event& event)
    {
        Json params = toJson(event);
        params["id"] = id;
        write(requestText(std::nullopt, "job/event", params));
    }

    static ResultPtr result(const std::string& kind, double done)
    {
        auto made = std::make_shared<Result>();
        made->kind = kind;
        made->model = {{"hash", "abc"}, {"name", "fake"}};
        made->head = Json::object();
        made->parameters = made->provenance = Json::object();
        made->done = done;
        return made;
    }

    void answer(const RpcRequest& request)
    {
        const Json id = request.id.value_or(Json());
        if (request.method == "initialize") {
            if (m_manner == "dies")
                _exit(3);
            if (m_manner == "mismatch")
                write(faultText({RpcCode::Other,
                                 {ErrorCode::BadMessage, "This engine speaks protocol 9, not 1.", "Update one side."},
                                 id}));
            else
                write(resultText(id, {{"protocol", 1}, {"threads", 1}, {"catalog", Json::array()}}));
        } else if (request.method == "model/load") {
            if (m_manner == "dies-loading")
                _exit(3);
            m_loaded = true;
            write(resultText(id, {{"id", ++m_jobs}}));
            send(m_jobs, Finished{result("model", 1)});
        } else if (request.method == "edit/put") {
            m_edits.insert(request.params.at("hash"));
            write(resultText(id, Json::object()));
        } else if (request.method == "job/submit") {
            submit(id, request.params);
        } else if (request.method == "job/cancel") {
            write(resultText(id, Json::object()));
            send(request.params.at("id"), Stopped{result("late", 1)});
        } else {
            write(resultText(id, Json::object()));
            m_quit = request.method == "shutdown";
        }
    }

    static Event prediction(const Json& parameters)
    {
        if (parameters.at("prompt") == "refused")
            return Failed{{ErrorCode::Usage, "This prompt is refused.", "Ask for another."}};
        auto made = std::make_shared<Result>(*result("predict", 1));
        made->head = {{"top", {{{"text", parameters.at("prefix")}, {"p", 0.5}}}},
                      {"target", {{"rank", parameters.at("target") == parameters.at("prefix") ? 0 : 1}}}};
        return Finished{made};
    }

    /// Goes on with the number of tokens that are wanted.
    static Event paraphrases(const Json& parameters)
    {
        auto made = std::make_shared<Result>(*result("prompts", 1));
        made->head = {{"rows", Json::array()}};
        const int tokens = parameters.at("tokens");
        for (const Json& prompt : parameters.at("prompts")) {
            if (prompt == "refused")
                return Failed{{ErrorCode::Usage, "This prompt is refused.", "Ask for another."}};
            const Json answer{{"top", {{"text", "x"}}},
                              {"continuation", tokens > 0 ? " " + std::to_string(tokens) : ""}};
            made->head["rows"].push_back({{"prompt", prompt}, {"before", answer}, {"after", answer}});
        }
        return Finished{made};
    }

    static void finish(JobId job, const std::string& experiment, const Json& edits)
    {
        auto made = std::make_shared<Result>(*result(experiment, 1));
        made->provenance = {{"edits", edits}};
        send(job, Finished{made});
    }

    void submit(const Json& id, const Json& params)
    {
        const std::string experiment = params.at("experiment");
        if (!m_loaded) {
            write(faultText({RpcCode::Other, {ErrorCode::UnknownModel, "No such model.", "Load it."}, id}));
            return;
        }
        for (const Json& edit : params.at("edits"))
            if (const std::string hash = edit.at("hash"); !m_edits.contains(hash)) {
                write(faultText({RpcCode::Other, {ErrorCode::UnknownModel, "No edit " + hash, "Upload it."}, id}));
                return;
            }
        const JobId job = ++m_jobs;
        write(resultText(id, {{"id", job}}));
        send(job, Started{});
        if (experiment == "crash")
            raise(SIGKILL);
        m_loaded = experiment != "forget";
        if (experiment == "forget edits")
            m_edits.clear();
        const int partials = experiment == "flood" ? 300 : experiment == "hang" ? 1 : 0;
        for (int i = 0; i < partials; ++i)
            send(job, Partial{result(experiment, i / 300.0)});
        if (experiment == "predict")
            send(job, prediction(params.at("parameters")));
        else if (experiment == "prompts")
            send(job, paraphrases(params.at("parameters")));
        else if (experiment != "hang")
            finish(job, experiment, params.at("edits"));
    }

    std::string m_manner;
    bool m_loaded = false;
    std::set<std::string> m_edits;
    bool m_quit = false;
    JobId m_jobs = 100;
};

}  // namespace

int fakeEngine(const char* manner)
{
    return FakeEngine(manner).run();
}
