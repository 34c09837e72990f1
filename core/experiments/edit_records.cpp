// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiments/edit_records.h"

#include "core/experiments/fact_records.h"

namespace mnemo {

Json EditRecord::toJson() const
{
    Json json{{"case", caseHash}, {"id", id}, {"matrix", place.matrix}, {"layer", place.layer}};
    if (!problem.empty()) {
        json["problem"] = problem;
        return json;
    }
    json.update({{"steps", steps}, {"p", p}, {"before", before.toJson()}, {"after", after.toJson()}});
    return json;
}

EditRecord EditRecord::fromJson(const Json& json)
try {
    EditRecord record;
    record.caseHash = json.at("case").get<std::string>();
    record.id = json.at("id").get<std::string>();
    record.place = {json.at("matrix").get<std::string>(), json.at("layer").get<int>()};
    if (json.contains("problem")) {
        record.problem = json["problem"].get<std::string>();
        return record;
    }
    record.steps = json.at("steps").get<int>();
    record.p = json.at("p").get<double>();
    record.before = CaseAnswers::fromJson(json.at("before"));
    record.after = CaseAnswers::fromJson(json.at("after"));
    return record;
} catch (const Json::exception&) {
    throw notARecord("an edit");
}

EditRecords::EditRecords(const std::filesystem::path& file, const Json& header)
{
    if (file.empty())
        return;
    m_log = std::make_unique<RecordLog>(file, header);
    m_log->forEach([this](const Json& json) { remember(EditRecord::fromJson(json)); });
}

const EditRecord* EditRecords::find(const std::string& caseHash, const EditPlace& place) const
{
    const auto found = m_known.find({caseHash, place.matrix, place.layer});
    return found == m_known.end() ? nullptr : &found->second;
}

const EditRecord& EditRecords::add(EditRecord record)
{
    if (m_log)
        m_log->append(record.toJson());
    return remember(std::move(record));
}

const EditRecord& EditRecords::remember(EditRecord record)
{
    const Key key{record.caseHash, record.place.matrix, record.place.layer};
    return m_known.insert_or_assign(key, std::move(record)).first->second;
}

}  // namespace mnemo
