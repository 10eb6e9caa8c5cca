import Link from "next/link";

export const metadata = { title: "Shop", icons: { icon: "data:," } };

export default function Layout({ children }) {
  return (
    <html lang="en">
      <head>
        <script src="https://policies.shop.kz/embed.js" async />
      </head>
      <body>
        <nav>
          <Link href="/">Shop</Link> <Link href="/course">The course</Link>
        </nav>
        <main>{children}</main>
        <footer>
          <a href="https://policies.shop.kz/en/choices/" data-choices="open">
            Your privacy choices
          </a>
        </footer>
      </body>
    </html>
  );
}
