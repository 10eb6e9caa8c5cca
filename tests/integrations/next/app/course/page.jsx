import { Visit } from "./visit.jsx";

export default function Page() {
  return (
    <>
      <h1>The course</h1>
      <iframe
        data-consent="marketing"
        data-src="https://video.example/course"
        title="The course in two minutes"
        width="560"
        height="315"
      />
      <script type="text/plain" data-consent="analytics" src="https://counter.example/count.js" />
      <Visit />
    </>
  );
}
