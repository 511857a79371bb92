"""What is wrong with whole files and with rows taken together: code → (cause, mend)."""

from collections.abc import Mapping
from typing import Final

from app.shared.i18n import N_

Messages = Mapping[str, tuple[str, str]]

FILE_PROBLEMS: Final[Messages] = {
    "empty": (
        N_("The file is empty."),
        N_("Check that the right file was chosen and that its first sheet holds the list."),
    ),
    "too_large": (
        N_("The file has %(size_mb)s MB; at most %(limit_mb)s MB are read."),
        N_(
            "Delete pictures and sheets that are not needed, or split the list by township and load the parts "
            "one after another."
        ),
    ),
    "password": (
        N_("The file is protected by a password, so nothing in it can be read."),
        N_("Open it in Excel or WPS, remove the password (File, Protect), save, and load it again."),
    ),
    "is_word": (
        N_("This is a text document, not a spreadsheet."),
        N_("Copy the table into Excel or WPS Sheets and save it as .xlsx."),
    ),
    "is_pdf": (N_("This is a PDF, not a spreadsheet."), N_("Ask the sender for the spreadsheet it was made from.")),
    "is_picture": (N_("This is a picture, not a spreadsheet."), N_("Ask the sender for the spreadsheet itself.")),
    "is_archive": (
        N_("This is a packed archive, not a spreadsheet."),
        N_("Unpack it and load the spreadsheets one by one."),
    ),
    "is_xml_2003": (
        N_("This is a spreadsheet in the XML format of 2003, which is not read."),
        N_("Open it in Excel or WPS and save it as .xlsx."),
    ),
    "is_web_page": (
        N_("This is a web page that only carries the name of a spreadsheet."),
        N_("Open it in Excel or WPS and save it as .xlsx; many systems export in this way."),
    ),
    "not_a_table": (
        N_("This is not a spreadsheet that can be read."),
        N_("Save the list as .xlsx or as .csv and load it again."),
    ),
    "broken": (
        N_("The file is damaged: it cannot be unpacked or its sheets cannot be read."),
        N_("Open it in Excel or WPS, let it be repaired, save it as a new .xlsx; or ask the sender to send it again."),
    ),
    "bomb": (
        N_("Unpacked, the file would be out of all proportion to its size, so it was not opened."),
        N_("If the file comes from somebody you trust, copy the list into a new workbook and save that."),
    ),
    "needs_too_much_memory": (
        N_("Reading the file needs more memory than is allowed. Usually one stray cell stands far away from the list."),
        N_(
            "Press Ctrl+End in Excel to find the last used cell; delete the empty rows and columns behind the "
            "list, save, and load it again."
        ),
    ),
    "takes_too_long": (
        N_("Reading the file took longer than is allowed and was stopped."),
        N_("Copy the list alone into a new workbook and save it as .xlsx; split very long lists."),
    ),
    "too_many_cells": (
        N_("The file holds more than %(limit)s cells."),
        N_("Split the list by township, or delete the sheets and columns that are not needed."),
    ),
    "encoding": (
        N_("The characters of this text file cannot be recognised."),
        N_("Choose the encoding by hand, or open the file in Excel or WPS and save it as .xlsx."),
    ),
    "csv_broken": (
        N_("Around line %(line)s a quotation mark is opened and never closed, so the columns cannot be told apart."),
        N_("Remove the quotation mark, or open the file in Excel or WPS and save it as .xlsx."),
    ),
    "no_header": (
        N_("No row of this sheet looks like a header (name, identity number, post, openings …)."),
        N_("Choose the sheet and the header row by hand, or put one row of column names above the list."),
    ),
}

ROW_PROBLEMS: Final[Messages] = {
    "row_without_content": (
        N_("Nothing is left of this row that could be read."),
        N_("Delete the row, or fill it in."),
    ),
    "county_unknown": (N_("“%(value)s” is no county that is known."), N_("Write the county's full name.")),
    "township_unknown": (
        N_("“%(value)s” is no township of the county, or several have this name."),
        N_("Write the township's full name as it is in force."),
    ),
    "outside_scope": (
        N_("“%(value)s” does not belong to your office's area."),
        N_("Leave the row to the office of that place, or correct the place."),
    ),
    "work_place_unknown": (
        N_("“%(value)s” is no place that is known, or several have this name."),
        N_("Write province, city and county in full."),
    ),
    "left_the_list": (
        N_("The person left the list on %(day)s."),
        N_("Delete the row, or take the person up again by hand."),
    ),
    "statement_not_later": (
        N_("A statement of the same or a later day is already kept (%(day)s in this row)."),
        N_("Ask the person which of them holds, and enter the new one with its own day."),
    ),
    "recorder_is_oneself": (
        N_("The person is named as recorder of the own word; somebody else has to have taken it down."),
        N_("Enter who recorded it, or let the person declare it with an own code."),
    ),
    "word_of_a_proxy": (
        N_("Somebody else spoke for the person. It is kept and marked, and opens nothing."),
        N_("Ask the person."),
    ),
    "household_without_member": (
        N_("The row names a household but no member of it."),
        N_("Enter the name and the identity number of the member, or delete the row."),
    ),
    "head_has_two_numbers": (
        N_("The person is the head of the household, yet the head's number is another."),
        N_("Check which of the two numbers is right."),
    ),
    "sex_differs_from_number": (
        N_("The sex differs from the one in the identity number; the number counts."),
        N_("Compare both with the card."),
    ),
    "birth_differs_from_number": (
        N_("The day of birth differs from the one in the identity number; the number counts."),
        N_("Compare both with the card."),
    ),
    "under_sixteen": (
        N_("The person is %(age)s years old; nobody under sixteen may be listed for work."),
        N_("Delete the row, or correct the identity number."),
    ),
    "under_eighteen": (
        N_("The person is %(age)s years old: night work and hazardous work are barred."),
        N_("Nothing needs to be done; such posts are left out for this person."),
    ),
    "started_under_sixteen": (
        N_("At the beginning of this work the person was under sixteen."),
        N_("Check the day of beginning and the identity number."),
    ),
    "young_with_primary": (N_("The person is %(age)s and has primary schooling or less."), N_("Check the schooling.")),
    "old_in_public_post": (
        N_("The person is %(age)s and listed in a public post."),
        N_("Check the employment status."),
    ),
    "months_without_place": (
        N_("%(months)s months of work, but no place of work."),
        N_("Fill in the place down to the county."),
    ),
    "place_without_months": (N_("A place of work, but no months of work."), N_("Fill in the months.")),
    "months_without_wage": (N_("%(months)s months of work, but only %(wage)s yuan a month."), N_("Check the pay.")),
    "months_over_twelve": (
        N_("%(months)s months are more than a year has."),
        N_("Check whether the months of this year are meant."),
    ),
    "place_above_county": (N_("The place of work is not given down to the county."), N_("Add the county or district.")),
    "one_phone_two_counties": (
        N_("Somebody of the same household works in another county under the same number (row %(row)s)."),
        N_("Ask for each person's own number."),
    ),
    "wage_under_400": (N_("%(wage)s yuan a month is under 400."), N_("Check the pay; perhaps it is a daily rate.")),
    "wage_over_30000": (
        N_("%(wage)s yuan a month is more than 30,000."),
        N_("Check the pay; perhaps it is a yearly sum."),
    ),
    "phone_not_mobile": (N_("The person works away, but no mobile number is given."), N_("Ask for a mobile number.")),
    "weak_but_working": (N_("Capacity for work is weak, lost or none, yet work is entered."), N_("Check both.")),
    "end_before_start": (N_("The end lies before the beginning."), N_("Correct one of the two.")),
    "sex_missing": (
        N_("Sex is empty, and no valid identity number tells it."),
        N_("Fill it in, or mend the identity number."),
    ),
    "relation_missing": (N_("The relation to the head of household is empty."), N_("Fill in 户主 or the relation.")),
    "education_missing": (N_("The person is not in school, and the schooling is empty."), N_("Fill in the schooling.")),
    "ability_missing": (N_("Neither a skill nor the capacity for work is given."), N_("Fill in one of them.")),
    "health_missing": (
        N_("The column of health is empty. (It is looked at and not kept.)"),
        N_("Fill it in in the register itself."),
    ),
    "insurance_missing": (
        N_("The column of serious illness insurance is empty. (It is looked at and not kept.)"),
        N_("Fill it in in the register itself."),
    ),
    "school_subsidy_not_student": (
        N_("A subsidy for vocational students is entered for somebody who is not one."),
        N_("Check it in the register itself."),
    ),
    "disability_subsidy_odd": (
        N_("A subsidy and the column of health do not fit. (They are looked at and not kept.)"),
        N_("Check it in the register itself."),
    ),
    "student_working": (N_("The person is in school, yet listed as working."), N_("Check the employment status.")),
    "vacancy_ends_before_start": (
        N_("The vacancy closes before the day on which work begins."),
        N_("Nothing needs to be done if the closing day is meant for applications."),
    ),
    "vacancy_expired": (N_("The vacancy closed on %(day)s."), N_("Ask the employer whether it is still open.")),
    "vacancy_repeated": (
        N_("The same post already stands on row %(row)s."),
        N_("Delete one of the two, or say what differs."),
    ),
    "base_pay_unlikely": (N_("A base pay of %(pay)s yuan a month is hardly meant."), N_("Ask the employer.")),
}
