# SPDX-License-Identifier: GPL-2.0-or-later
# Passes a suite's TAP stream on, line by line, and leaves "PASSED FAILED SKIPPED" in the file out.
# The suite's exit status is in statusfile by the time the stream ends. What counts as a failed test
# besides "not ok": a stream without a plan or with a wrong one, a skip without a reason, "Bail out!",
# and an exit status that no failed test explains.

function problem(what) {
	print "not ok - " what
	failed++
}

BEGIN { passed = failed = skipped = seen = 0; plan = -1 }

/^(not )?ok([ \t]|$)/ {
	seen++
	reason = ""
	if (match($0, /# *[Ss][Kk][Ii][Pp][A-Za-z]*/)) {
		reason = substr($0, RSTART + RLENGTH)
		gsub(/^[ \t:]+|[ \t]+$/, "", reason)
		if ($1 == "ok" && reason != "") {
			print "# skipped: " reason
			skipped++
		} else {
			problem($1 == "ok" ? "a test is skipped without a reason" : "a test both failed and was skipped")
		}
	} else if ($1 == "ok") {
		passed++
	} else {
		failed++
	}
	print
	fflush()
	next
}

/^1\.\.[0-9]+/ {
	print
	fflush()
	if (plan >= 0)
		problem("the suite has two plans")
	plan = substr($1, 4) + 0
	# A suite of which nothing can run here says so in its plan.
	if (plan == 0 && match($0, /# *[Ss][Kk][Ii][Pp][A-Za-z]*/)) {
		reason = substr($0, RSTART + RLENGTH)
		gsub(/^[ \t:]+|[ \t]+$/, "", reason)
		if (reason != "") {
			print "# skipped: " reason
			skipped++
		} else {
			problem("the suite is skipped without a reason")
		}
	} else if (plan == 0) {
		problem("the suite has no test")
	}
	next
}

/^Bail out!/ {
	problem("the suite gave up")
}

{
	print
	fflush()
}

END {
	status = 1
	getline status < statusfile
	if (status == 124 || status == 137)
		problem("the suite did not end within " limit " s")
	else if (plan < 0)
		problem("the suite ended with status " status " and without a plan")
	else if (seen != plan)
		problem("the suite planned " plan " tests, ran " seen " and ended with status " status)
	else if (status != 0 && failed == 0)
		problem("the suite ended with status " status)
	print passed, failed, skipped > out
}
