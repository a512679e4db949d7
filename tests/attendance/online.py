"""Lists of participants as the platforms write them, of the meeting of `tests/attendance/paper.py`: 11:00 to 13:00 in
Dublin (10:00 to 12:00 UTC) on 18 May 2026."""

# Columns and time formats as the platforms' own downloads have them.
ZOOM = """Meeting ID,Topic,Start Time,End Time,User Email,Duration (Minutes),Participants,
812 3456 7890,Listening first,05/18/2026 10:55:01 AM,05/18/2026 01:01:00 PM,host@example.org,127,5,

Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest,Recording Consent,In Waiting Room
Lea Lead,lea@example.org,05/18/2026 10:55:01 AM,05/18/2026 01:01:00 PM,127,No,,No
Ana Ćosić,ana@example.org,05/18/2026 10:58:00 AM,05/18/2026 11:30:00 AM,32,Yes,,No
Ana Ćosić,ana@example.org,05/18/2026 11:20:00 AM,05/18/2026 01:00:00 PM,100,Yes,,No
Bo,,05/18/2026 10:50:00 AM,05/18/2026 10:59:00 AM,9,Yes,,Yes
Bo (Boris Petrov),,05/18/2026 11:30:00 AM,05/18/2026 01:00:00 PM,90,Yes,,No
"Papadopoulou, Olga",,05/18/2026 11:00:30 AM,05/18/2026 11:40:30 AM,40,Yes,,No
"""
ZOOM_NOW = """Name (original name),Email,Total duration (minutes),Guest
Ana Ćosić,ana@example.org,118,Yes
Bo Petrov,,44,Yes
"""
ZOOM_WEBINAR = """Attendee Report,
Topic,Webinar ID
Listening first,812 3456 7890

Panelist Details,
Attended,User Name (Original Name),Email,Join Time,Leave Time,Time in Session (minutes),Is Guest
Yes,Lea Lead,lea@example.org,"May 18, 2026 10:55:01","May 18, 2026 13:01:00",127,No
Attendee Details,
Attended,User Name (Original Name),First Name,Last Name,Email,Registration Time,\
Approval Status,Join Time,Leave Time,Time in Session (minutes),Is Guest
Yes,Ana Ćosić,Ana,Ćosić,ana@example.org,05/01/2026 10:00:00 AM,approved,\
05/18/2026 11:01:00 AM,05/18/2026 01:00:00 PM,119,Yes
No,Bo Petrov,Bo,Petrov,bo@example.org,05/01/2026 10:00:00 AM,approved,--,--,--,--
"""
TEAMS = """1. Summary
Meeting title\tListening first
Attended participants\t3
Start time\t5/18/26, 10:55:01 AM
End time\t5/18/26, 1:01:00 PM
Meeting duration\t2h 5m 59s
Average attendance time\t1h 20m 2s

2. Participants
Name\tFirst Join\tLast Leave\tIn-Meeting Duration\tEmail\tParticipant ID (UPN)\tRole
Lea Lead\t5/18/26, 10:55:01 AM\t5/18/26, 1:01:00 PM\t2h 5m 59s\tlea@example.org\tlea@example.org\tOrganizer
Ana Ćosić\t5/18/26, 11:02:00 AM\t5/18/26, 1:00:00 PM\t1h 3m 20s\tAna@Example.org\tana@tenant.example\tPresenter
Bo Petrov (Guest)\t5/18/26, 11:25:10 AM\t5/18/26, 12:30:00 PM\t1h 4m 50s\t\t\tAttendee

3. In-Meeting Activities
Name\tJoin Time\tLeave Time\tDuration\tEmail\tRole
Ana Ćosić\t5/18/26, 11:02:00 AM\t5/18/26, 11:32:00 AM\t30m\tana@example.org\tPresenter
Ana Ćosić\t5/18/26, 12:26:40 PM\t5/18/26, 1:00:00 PM\t33m 20s\tana@example.org\tPresenter
"""
TEAMS_BEFORE = """Meeting Summary
Total Number of Participants\t2
Meeting Title\tListening first
Meeting Start Time\t18.5.2026, 10:55:01
Meeting End Time\t18.5.2026, 13:01:00

Full Name\tJoin Time\tLeave Time\tDuration\tEmail\tRole\tParticipant ID (UPN)
Ana Ćosić\t18.5.2026, 11:02:00\t18.5.2026, 13:00:00\t1 Std. 58 Min.\tana@example.org\tAttendee\tana@example.org
Bo Petrov\t18.5.2026, 11:00:00\t18.5.2026, 11:20:30\t20 Min. 30 Sek.\t\tAttendee\t
"""
MEET = """First name,Last name,Email,Duration,Time joined,Time exited
Ana,Ćosić,ana@example.org,1 hr 58 min,11:02 AM,1:00 PM
Bo,Petrov,,44 min,11:16 AM,12:00 PM
"""
WEBEX = """Meeting Name\tMeeting Start Time\tMeeting End Time\
\tDisplay Name\tFirst Name\tLast Name\tRole\
\tAttendee Email\tJoin Time\tLeave Time\tAttendance Duration\tConnection Type
Listening first\t="2026-05-18 10:55:01"\t="2026-05-18 13:01:00"\
\tAna Ćosić\tAna\tĆosić\tAttendee\
\tana@example.org\t="2026-05-18 11:02:00"\t="2026-05-18 13:00:00"\t118 mins\tDesktop app
Listening first\t="2026-05-18 10:55:01"\t="2026-05-18 13:01:00"\
\tBo Petrov\tBo\tPetrov\tAttendee\
\t\t="2026-05-18 11:16:00"\t="2026-05-18 12:00:00"\t44 mins\tMobile app
"""
OTHER = """Participant;Mail;Minutes
Ana Ćosić;ana@example.org;118
Bo Petrov;;44,5
"""
ALL = {
    "zoom": ZOOM,
    "zoom-now": ZOOM_NOW,
    "zoom-webinar": ZOOM_WEBINAR,
    "teams": TEAMS,
    "teams-before": TEAMS_BEFORE,
    "meet": MEET,
    "webex": WEBEX,
    "other": OTHER,
}
