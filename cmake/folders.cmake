# One target per folder, so that the link graph is the include table of ARCHITECTURE.md, section 2.
#
#   sojourn_folder(domain_events DEPENDS base)
#
# makes library sojourn_domain_events from the *.cc of the calling folder, and, where there are
# *_test.cc files, the test program sojourn_domain_events_test, registered with CTest.
function(sojourn_folder name)
  cmake_parse_arguments(arg "" "" "DEPENDS;LIBRARIES;PRIVATE_LIBRARIES;TEST_LIBRARIES" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS *.cc)
  file(GLOB headers CONFIGURE_DEPENDS *.h)
  file(GLOB tests CONFIGURE_DEPENDS *_test.cc)
  if(tests)
    list(REMOVE_ITEM sources ${tests})
  endif()
  list(TRANSFORM arg_DEPENDS PREPEND sojourn_)

  if(sources)
    add_library(sojourn_${name} STATIC ${sources})
    set(scope PUBLIC)
    target_link_libraries(sojourn_${name} PRIVATE ${arg_PRIVATE_LIBRARIES})
  else()
    add_library(sojourn_${name} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_include_directories(sojourn_${name} ${scope} ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(sojourn_${name} ${scope} ${arg_DEPENDS} ${arg_LIBRARIES})
  if(headers)
    target_sources(sojourn_${name} ${scope} FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR}/src FILES ${headers})
    set_target_properties(sojourn_${name} PROPERTIES VERIFY_INTERFACE_HEADER_SETS ON)
  endif()

  if(tests)
    add_executable(sojourn_${name}_test ${tests})
    target_link_libraries(sojourn_${name}_test PRIVATE sojourn_${name} ${arg_TEST_LIBRARIES} GTest::gtest_main GTest::gmock)
    add_test(NAME ${name} COMMAND sojourn_${name}_test)
  endif()
endfunction()
