"""What is wrong with numbers, names and cells, and how to mend it: code → (cause, mend)."""

from collections.abc import Mapping
from typing import Final

from app.shared.i18n import N_

Messages = Mapping[str, tuple[str, str]]

NUMBER_PROBLEMS: Final[Messages] = {
    "id_missing": (N_("No identity number is given."), N_("Enter the 18 characters of the identity card.")),
    "credit_code_missing": (N_("No credit code is given."), N_("Enter the unified credit code of 18 characters.")),
    "id_digits_lost": (
        N_("Excel has kept only 15 digits of this number and replaced the rest by zeros."),
        N_("Format the column as text and type the number again from the card; it cannot be restored."),
    ),
    "id_15_digits": (
        N_("This is an old number of 15 digits."),
        N_("Enter the number of 18 digits from the present card; it is not computed from the old one."),
    ),
    "id_17_digits": (
        N_("The number has 17 characters; one is missing, often the X at the end."),
        N_("Compare it with the card and add what is missing."),
    ),
    "id_19_digits": (
        N_("The number has 19 characters; one is too many."),
        N_("Compare it with the card and delete the superfluous one."),
    ),
    "id_disability_card": (
        N_("The number has 20 digits: it is the number of a disability card, not of an identity card."),
        N_("Enter the 18 characters of the identity card."),
    ),
    "id_length": (
        N_("The number has %(length)s characters instead of 18."),
        N_("Compare it with the card and enter it again."),
    ),
    "id_checksum": (
        N_("The last character does not fit the others: at least one digit is wrong."),
        N_("Compare the number with the card digit by digit."),
    ),
    "id_birth_date": (N_("The digits 7 to 14 are not a day that exists."), N_("Compare the number with the card.")),
    "id_birth_range": (
        N_("The day of birth in the number lies in the future or before 1900."),
        N_("Compare the number with the card."),
    ),
    "id_region": (
        N_("The number begins with digits that no region has."),
        N_("Compare the first six digits with the card."),
    ),
    "id_masked": (
        N_("Some digits are covered by asterisks."),
        N_("Ask for the full number; a covered one cannot be used."),
    ),
    "id_several": (N_("The cell holds more than one number."), N_("Put each person on a row of their own.")),
    "id_letter_for_digit": (
        N_("A letter stands in place of a digit (O for 0, l or I for 1)."),
        N_("Type the number again from the card."),
    ),
    "id_other_document": (
        N_("This looks like a passport or a travel permit, not like an identity number."),
        N_(
            "Enter the identity number, or for residents of Hong Kong, Macao and Taiwan the number of the "
            "residence permit."
        ),
    ),
    "id_old_foreign_card": (
        N_("This is the number of an old permanent residence card."),
        N_("Enter the number of 18 digits from the present card."),
    ),
    "id_other_characters": (
        N_("The cell holds characters that do not belong in an identity number."),
        N_("Leave only the number; put remarks into the remark column."),
    ),
    "id_county_unknown": (
        N_("The first six digits are in no list of counties, present or former."),
        N_("Compare the number with the card; if it is right, nothing needs to be done."),
    ),
    "id_residence_permit": (
        N_("This is the number of a residence permit for residents of Hong Kong, Macao or Taiwan."),
        N_("Nothing needs to be done if the person holds that permit."),
    ),
    "id_permanent_resident": (
        N_("This is the number of a permanent residence card for foreigners."),
        N_("Nothing needs to be done if the person holds that card."),
    ),
    "id_repeated": (
        N_("The same identity number already stands on row %(row)s."),
        N_("Keep one of the two rows and delete the other."),
    ),
    "credit_code_digits_lost": (
        N_("Excel has lost digits of this code."),
        N_("Format the column as text and enter the code from the licence again."),
    ),
    "credit_code_old_licence": (
        N_("This is a licence number of 15 digits from before the unified code."),
        N_("Enter the unified credit code of 18 characters from the present licence."),
    ),
    "credit_code_organisation": (
        N_("This is an organisation code of 9 characters."),
        N_("Enter the unified credit code of 18 characters."),
    ),
    "credit_code_length": (N_("The code has %(length)s characters instead of 18."), N_("Compare it with the licence.")),
    "credit_code_checksum": (
        N_("The last character does not fit the others: at least one character is wrong."),
        N_("Compare the code with the licence."),
    ),
    "credit_code_characters": (
        N_("The code holds characters that such codes never have (I, O, S, V, Z)."),
        N_("Compare the code with the licence."),
    ),
    "name_is_number": (
        N_("There is a number where a name should stand."),
        N_("Check whether the columns have shifted."),
    ),
    "name_with_remark": (
        N_("The remark in brackets behind the name was left out."),
        N_("Move it to the remark column if it is needed."),
    ),
    "name_unreadable_characters": (
        N_("The name holds characters that could not be read."),
        N_("Type the name again; for rare characters use the spelling of the identity card."),
    ),
    "name_with_digits": (N_("The name holds digits."), N_("Leave only the name.")),
    "name_length": (N_("The name is too short or too long."), N_("Enter the name as on the identity card.")),
    "name_other_characters": (
        N_("The name holds signs that names do not have."),
        N_("Enter the name as on the identity card."),
    ),
    "phone_digits_lost": (
        N_("Excel has written this number as a power of ten and lost digits."),
        N_("Format the column as text and enter the number again."),
    ),
    "phone_masked": (
        N_("Some digits are covered by asterisks."),
        N_("Ask for the full number; a covered one cannot be used."),
    ),
    "phone_other_characters": (
        N_("The cell holds something other than a telephone number."),
        N_("Enter the number alone."),
    ),
    "phone_area_missing": (
        N_("The area code of this landline is missing."),
        N_("Add the area code, for example 0931-1234567, or a mobile number."),
    ),
    "phone_zero_lost": (
        N_("The number seems to have lost the zero at its beginning."),
        N_("Format the column as text and enter the number with its area code."),
    ),
    "phone_no_such_range": (N_("No mobile number begins like this."), N_("Ask the person and correct the number.")),
    "phone_short_number": (
        N_("This is a short service number, not a person's."),
        N_("Enter a number under which the person can be reached."),
    ),
    "phone_length": (
        N_("The number has %(length)s digits; a mobile number has 11."),
        N_("Ask the person and correct the number."),
    ),
    "phone_several": (
        N_("The cell holds %(count)s numbers; the first was taken."),
        N_("Check that the first one is the person's own."),
    ),
    "phone_with_text": (
        N_("Besides the number the cell holds text; the number was taken."),
        N_("Check whose number it is."),
    ),
    "number_digits_lost": (
        N_("Excel has changed this number and lost digits."),
        N_("Format the column as text and enter the number again."),
    ),
}

VALUE_PROBLEMS: Final[Messages] = {
    "required_missing": (N_("This cell must not be empty."), N_("Fill it in; without it the row cannot be used.")),
    "row_shifted": (
        N_("The row has more cells than the header has columns (%(expected)s): something in it was cut in two."),
        N_("Put text that holds the delimiter between quotation marks, or save the file as .xlsx."),
    ),
    "text_unreadable_characters": (
        N_("The text holds characters that could not be read."),
        N_("Type it again, or save the file as .xlsx and load that."),
    ),
    "text_cut": (
        N_("The text is longer than %(limit)s characters; the rest was left out."),
        N_("Shorten it if the end matters."),
    ),
    "list_too_long": (
        N_("More than %(limit)s things are listed; the first ones were taken."),
        N_("Name the most important ones first."),
    ),
    "choice_unknown": (N_("“%(value)s” is none of the known words here."), N_("Choose one of the known words.")),
    "choices_unknown": (
        N_("“%(value)s” is none of the known words here; the rest was taken."),
        N_("Choose from the known words."),
    ),
    "choices_too_many": (
        N_("More than %(limit)s are named; the first ones were taken."),
        N_("Ask the person which matter most."),
    ),
    "level_unknown": (
        N_("“%(value)s” does not name one skill level."),
        N_("Enter one level from the certificate, for example 三级/高级工."),
    ),
    "yes_no_unreadable": (N_("“%(value)s” is neither yes nor no."), N_("Enter 是 or 否.")),
    "sex_unreadable": (N_("“%(value)s” is neither male nor female."), N_("Enter 男 or 女.")),
    "employment_kind_missing": (
        N_("The sheet says that the person works, but not how."),
        N_("Ask whether it is work away, farming, a business of their own or odd jobs."),
    ),
    "date_month_only": (
        N_("“%(value)s” gives no day; the first of the month was taken."),
        N_("Enter the day if it matters."),
    ),
    "date_month_lost": (
        N_("“%(value)s” may be January or October: Excel drops the zero of .10."),
        N_("Format the column as text and write 2026-01 or 2026-10."),
    ),
    "date_needs_day": (
        N_("“%(value)s” gives no day; a statement is dated to the day."),
        N_("Enter year, month and day."),
    ),
    "date_year_only": (N_("“%(value)s” gives only a year."), N_("Enter at least year and month.")),
    "date_without_year": (
        N_("“%(value)s” gives no year, or it is unclear which figure is the year."),
        N_("Write the year with four digits, for example 2026-03-05."),
    ),
    "date_order": (
        N_("In “%(value)s” it is unclear which figure is the year, the month and the day."),
        N_("Write it as 2026-03-05."),
    ),
    "date_range": (
        N_("“%(value)s” names a period, not a day."),
        N_("Enter the day alone; put the end into its own column."),
    ),
    "date_impossible": (N_("The day “%(value)s” does not exist."), N_("Correct the day.")),
    "date_unreadable": (N_("“%(value)s” cannot be read as a day."), N_("Write it as 2026-03-05.")),
    "date_in_future": (
        N_("The day %(value)s lies in the future."),
        N_("Correct the day: what was said or done has a day in the past."),
    ),
    "date_out_of_range": (N_("The day %(value)s is too far away to be meant."), N_("Correct the day.")),
    "headcount_unknown": (
        N_("“%(value)s” is no number of openings."),
        N_("Ask the employer for a number; until then the vacancy cannot open."),
    ),
    "headcount_missing": (
        N_("The number of openings is missing."),
        N_("Ask the employer for a number; until then the vacancy cannot open."),
    ),
    "headcount_zero": (
        N_("The number of openings is zero."),
        N_("Leave the row out, or ask the employer for a number."),
    ),
    "headcount_large": (
        N_("%(value)s openings in one row is more than one employer usually has."),
        N_("Ask the employer; then enter the number by hand."),
    ),
    "headcount_range": (
        N_("%(low)s to %(high)s openings: the lower number was taken."),
        N_("Ask the employer which number is sure."),
    ),
    "headcount_about": (
        N_("“%(value)s” is no exact number; the number in it was taken."),
        N_("Ask the employer which number is sure."),
    ),
    "headcount_split_by_sex": (
        N_("Openings are counted for men and women apart; the sum %(total)s was taken."),
        N_("Sex may only be named where the law itself bars a post."),
    ),
    "headcount_unreadable": (N_("“%(value)s” cannot be read as a number of people."), N_("Enter one whole number.")),
    "amount_unreadable": (N_("“%(value)s” cannot be read as an amount."), N_("Enter yuan a month as one number.")),
    "amount_other_period": (N_("“%(value)s” is not an amount per month."), N_("Enter what it comes to in a month.")),
    "amount_low_end": (
        N_("%(low)s to %(high)s: the lower amount was taken."),
        N_("Enter one amount if another is meant."),
    ),
    "months_unreadable": (N_("“%(value)s” cannot be read as a number of months."), N_("Enter the number of months.")),
    "months_about": (
        N_("“%(value)s” is no exact length; the number in it was taken."),
        N_("Enter the number of months if it matters."),
    ),
    "months_low_end": (
        N_("%(low)s to %(high)s months: the lower number was taken."),
        N_("Enter one number if another is meant."),
    ),
    "hours_per_day": (
        N_("“%(value)s” looks like hours in a day, not in a week."),
        N_("Enter the hours of a week, for example 48."),
    ),
    "hours_unreadable": (N_("“%(value)s” cannot be read as hours of work."), N_("Enter one number.")),
    "hours_high_end": (
        N_("“%(value)s” is a range; the longer day was taken."),
        N_("Enter one number if another is meant."),
    ),
    "lodging_kind_missing": (
        N_("“%(value)s” says that lodging is provided, but not which."),
        N_("Ask how many people share a room."),
    ),
    "lodging_several": (N_("“%(value)s” names several kinds of lodging."), N_("Enter the one that newcomers get.")),
    "meals_count_missing": (
        N_("“%(value)s” says that meals are provided, but not how many."),
        N_("Ask how many meals a day are free."),
    ),
    "place_unknown": (
        N_("“%(value)s” is no place that is known, or several have this name."),
        N_("Write province and city in full, or 县内, 省外, 长三角 and the like."),
    ),
    "wish_unclear": (
        N_("“%(value)s” does not say whether and how far the person wants to go."),
        N_("Ask the person: out of the province, another city, the home county, at home, or not now."),
    ),
    "wish_business": (
        N_("“%(value)s”: the person wants a business of their own; whether also a post is not said."),
        N_("Ask the person whether a post is wanted as well."),
    ),
    "wish_scope_missing": (
        N_("The person wants to work, but the sheet does not say how far from home."),
        N_("Ask the person: out of the province, another city, the home county, or at home."),
    ),
    "wish_contradiction": (
        N_("The person does not want to go now, yet places are named."),
        N_("Ask the person which of the two holds."),
    ),
    "wish_wage_unlikely": (
        N_("A wish of %(wage)s yuan a month is hardly meant."),
        N_("Ask the person and correct the amount."),
    ),
    "place_wished_and_refused": (
        N_("A place is both wished and refused."),
        N_("Ask the person which of the two holds."),
    ),
    "refused_places_too_many": (
        N_("%(places)s places are refused; at most %(limit)s can be kept apart, and none may be lost."),
        N_("Write the larger place, such as the province instead of its cities."),
    ),
    "statement_without_recorder": (
        N_("The willingness bears no date or nobody's name who took it down, so it counts as not stated."),
        N_("Fill in the day of the person's own word and who recorded it, or ask the person again."),
    ),
}
