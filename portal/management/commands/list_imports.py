"""What can be imported: names, titles, columns (those with * must be filled in)."""

from django.core.management.base import BaseCommand

from portal import imports


class Command(BaseCommand):
    help = __doc__ or ""

    def handle(self, *args, **options):
        for kind in imports.REGISTRY.values():
            headings = " | ".join(
                f"*{column.heading}" if column.required else column.heading
                for column in kind.columns
                if not column.is_left_out
            )
            self.stdout.write(f"{kind.name}: {kind.title}\n    {headings}")
