# Data files beside the programs as they will be installed, <exe>/../share/mnemoscope: links, so that edits show at once.
set(staged ${PROJECT_BINARY_DIR}/share/mnemoscope)
file(MAKE_DIRECTORY ${staged})
file(GLOB resources CONFIGURE_DEPENDS LIST_DIRECTORIES true RELATIVE ${PROJECT_SOURCE_DIR}/resources ${PROJECT_SOURCE_DIR}/resources/*)
foreach(resource ${resources})
    file(CREATE_LINK ${PROJECT_SOURCE_DIR}/resources/${resource} ${staged}/${resource} SYMBOLIC)
endforeach()
file(CREATE_LINK ${PROJECT_SOURCE_DIR}/docs ${staged}/manual SYMBOLIC)
file(CREATE_LINK ${PROJECT_SOURCE_DIR}/models/catalog.json ${staged}/catalog.json SYMBOLIC)
